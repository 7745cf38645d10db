/** The address from which the page came, as the test wants it. */
interface Reconfigured {
  reconfigure(options: { url: string }): void
}

const LOCAL = location.href

/** Do something while the page came from an address. */
export async function servedFrom(url: string, work: () => Promise<void>): Promise<void> {
  const { jsdom } = globalThis as unknown as { jsdom: Reconfigured }
  jsdom.reconfigure({ url })
  try {
    await work()
  } finally {
    jsdom.reconfigure({ url: LOCAL })
  }
}
