/** The worker in which a key is derived from a passphrase. It ends when it is terminated, and keeps nothing. */
import { derive, type Asked, type Told } from './derive'

addEventListener('message', (event: MessageEvent<Asked>) => {
  const tell = (told: Told): void => postMessage(told)
  derive(event.data, (progress) => tell({ progress }))
    .then((derived) => tell({ derived }))
    .catch(() => tell({ failed: true }))
})
