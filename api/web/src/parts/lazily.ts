/** Parts of a view that come when they are first shown. */
import { defineAsyncComponent, type Component } from 'vue'

import NotLoaded from './NotLoaded.vue'

/** A component that comes when it is shown; where its code does not come, that is said in its place. */
export function lazily<Part extends Component>(load: () => Promise<{ default: Part }>): Part {
  return defineAsyncComponent(() =>
    load().then(
      (module) => module.default,
      () => NotLoaded as unknown as Part,
    ),
  )
}
