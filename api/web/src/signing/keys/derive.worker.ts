/** The worker in which a key is derived from a passphrase. It ends when it is terminated, and keeps nothing. */
import { derive, type Asked, type Told } from './derive'

addEventListener('message', (event: MessageEvent<Asked>) => {
  const tell = (told: Told): void => postMessage(told)
  try {
    tell({ derived: derive(event.data, (progress) => tell({ progress })) })
  } catch {
    tell({ failed: true }) // as where there is no memory
  }
})
