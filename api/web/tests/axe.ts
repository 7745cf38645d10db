/** What axe finds in a part of the page, by the rules that a browser is asked, too; contrast needs a real one. */
import axe from 'axe-core'

export async function violations(element: Element): Promise<string[]> {
  const { violations: found } = await axe.run(element, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'],
    rules: { 'color-contrast': { enabled: false } }, // jsdom paints nothing
  })
  return found.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' ')}`)
}
