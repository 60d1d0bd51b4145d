import { Controller } from "@hotwired/stimulus"

const PAUSE_MS = 120

// Completion while typing (ARIA combobox pattern). Asks data-combobox-url-value with text and position; the
// answer is <li role="option" data-start data-end data-insert> elements: choosing one replaces [start, end).
// Without a url the options already in the list are filtered by what is typed; coming to it shows all of them.
export default class extends Controller {
  static targets = ["input", "list"]
  static values = { url: String }

  connect() {
    this.all = [...this.listTarget.children]
    this.close()
  }

  disconnect() {
    clearTimeout(this.timer)
    this.request?.abort()
  }

  type() {
    this.stale = true
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.suggest(), PAUSE_MS)
  }

  async suggest(event) {
    const { value, selectionStart } = this.inputTarget
    if (this.urlValue) {
      if (!(await this.ask({ text: value, position: selectionStart }))) return
    } else {
      const words = event?.type === "focus" ? "" : value.trim().toLowerCase()
      this.listTarget.replaceChildren(...this.all.filter((o) => o.textContent.toLowerCase().includes(words)))
      this.stale = false
    }
    if (document.activeElement !== this.inputTarget) return
    if (this.options.length) this.show()
    else this.close()
  }

  // Fill the list with the server's answer. False where there is none, or where the text has moved on since.
  async ask(words) {
    const { value } = this.inputTarget
    this.request?.abort()
    this.request = new AbortController()
    const url = new URL(this.urlValue, location.href)
    for (const [name, word] of Object.entries(words)) url.searchParams.set(name, word)
    let options
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: this.request.signal })
      if (!answer.ok) {
        this.close()
        return false
      }
      options = await answer.text()
    } catch {
      return false
    }
    if (this.inputTarget.value !== value) return false
    this.listTarget.innerHTML = options
    this.stale = false
    return true
  }

  get options() {
    return [...this.listTarget.querySelectorAll('[role="option"]')]
  }

  show() {
    this.listTarget.hidden = false
    this.inputTarget.setAttribute("aria-expanded", "true")
    this.options.forEach((option, index) => (option.id = `${this.listTarget.id}-${index}`))
    this.select(-1)
  }

  close() {
    clearTimeout(this.timer)
    this.listTarget.hidden = true
    this.inputTarget.setAttribute("aria-expanded", "false")
    this.inputTarget.removeAttribute("aria-activedescendant")
    this.at = -1
  }

  closeSoon() {
    setTimeout(() => this.close(), PAUSE_MS)
  }

  select(index) {
    this.at = index
    this.options.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)))
    const option = this.options[index]
    if (option) {
      this.inputTarget.setAttribute("aria-activedescendant", option.id)
      option.scrollIntoView({ block: "nearest" })
    } else this.inputTarget.removeAttribute("aria-activedescendant")
  }

  press(event) {
    const open = !this.listTarget.hidden
    const count = this.options.length
    if (event.key === "ArrowDown") {
      event.preventDefault()
      if (open) this.select((this.at + 1) % count)
      else this.suggest()
    } else if (event.key === "ArrowUp" && open) {
      event.preventDefault()
      this.select((this.at - 1 + count) % count)
    } else if (event.key === "Escape" && open) {
      event.preventDefault()
      event.stopPropagation()
      this.close()
    } else if (event.key === "Tab" && open && !event.shiftKey) {
      event.preventDefault()
      this.choose(this.options[Math.max(this.at, 0)])
    } else if (event.key === "Enter" && open && this.at >= 0) {
      event.preventDefault()
      this.choose(this.options[this.at])
    }
  }

  pick(event) {
    const option = event.target.closest('[role="option"]')
    if (!option) return
    event.preventDefault()
    this.choose(option)
  }

  async choose(option) {
    const chosen = this.stale ? await this.again(option) : option
    if (chosen) this.insert(chosen)
  }

  // What was offered for an earlier text would be put in the wrong place: the same option of a fresh answer, if the
  // text that is there now still offers it. A choice is not lost because she was faster than the server.
  async again(option) {
    clearTimeout(this.timer)
    const wanted = option.textContent.trim()
    await this.suggest()
    return this.stale ? undefined : this.options.find((fresh) => fresh.textContent.trim() === wanted)
  }

  insert(option) {
    const input = this.inputTarget
    const insert = option.dataset.insert ?? option.textContent.trim()
    const start = Number(option.dataset.start ?? 0)
    const end = Number(option.dataset.end ?? input.value.length)
    input.setRangeText(insert, start, end, "end")
    input.focus()
    this.close()
    input.dispatchEvent(new Event("input", { bubbles: true }))
    input.dispatchEvent(new Event("change", { bubbles: true }))
  }

  clear() {
    this.inputTarget.value = ""
    this.close()
    this.inputTarget.form.requestSubmit()
  }
}
