/** Leave what is loaded for the page at an address: a module of its own, since no test can look where a browser goes. */
export function loadPage(address: string): void {
  location.assign(address)
}
