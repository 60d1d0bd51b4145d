import { Controller } from "@hotwired/stimulus"

// ⌘K: filters the links it carries and asks data-palette-url-value?q=… for more, of which what is
// marked data-palette-later (pages of the help) stands below; arrows and Enter choose.
export default class extends Controller {
  static targets = ["input", "list", "found", "later", "empty"]
  static values = { url: String }

  open() {
    this.element.showModal()
    this.inputTarget.value = ""
    this.forget()
    this.filter()
  }

  filter() {
    const words = this.inputTarget.value.trim().toLowerCase()
    for (const link of this.listTarget.querySelectorAll(".menu-item"))
      link.hidden = !link.textContent.toLowerCase().includes(words)
    this.select(0)
    clearTimeout(this.timer)
    if (this.urlValue) this.timer = setTimeout(() => this.ask(words), 150)
  }

  async ask(words) {
    this.request?.abort()
    if (!words) return this.forget()
    this.request = new AbortController()
    const url = new URL(this.urlValue, location.href)
    url.searchParams.set("q", words)
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: this.request.signal })
      if (answer.ok) {
        this.foundTarget.innerHTML = await answer.text()
        this.laterTarget.replaceChildren(...this.foundTarget.querySelectorAll("[data-palette-later]"))
      }
    } catch {
      return undefined
    }
    return this.select(0)
  }

  forget() {
    this.foundTarget.replaceChildren()
    this.laterTarget.replaceChildren()
  }

  get items() {
    return [...this.element.querySelectorAll(".palette-list .menu-item")].filter((item) => !item.hidden)
  }

  select(index) {
    const items = this.items
    this.at = items.length ? (index + items.length) % items.length : -1
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === this.at)))
    items.forEach((item, i) => (item.id = `palette-${i}`))
    this.emptyTarget.hidden = items.length > 0
    if (items[this.at]) {
      this.inputTarget.setAttribute("aria-activedescendant", items[this.at].id)
      items[this.at].scrollIntoView({ block: "nearest" })
    } else this.inputTarget.removeAttribute("aria-activedescendant")
  }

  press(event) {
    if (event.key === "ArrowDown") this.select(this.at + 1)
    else if (event.key === "ArrowUp") this.select(this.at - 1)
    else if (event.key === "Enter") this.items[this.at]?.click()
    else return
    event.preventDefault()
  }
}
