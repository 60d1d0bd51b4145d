import { Controller } from "@hotwired/stimulus"

const PREFIX = "tenure-draft:"
const PAUSE_MS = 400
const DAYS = 30

// Keeps what is typed into a form in this browser, so that a closed tab loses nothing. Files and hidden fields are not
// kept. A form that was sent is remembered as sent, and forgotten once a page says that it was written.
export default class extends Controller {
  static targets = ["said"]
  static values = { key: String, written: String }

  connect() {
    this.clean()
    if (this.keyValue) this.restore()
    this.leave = () => this.store()
    addEventListener("pagehide", this.leave)
  }

  disconnect() {
    clearTimeout(this.timer)
    removeEventListener("pagehide", this.leave)
  }

  get fields() {
    const kept = (field) => field.name && !["hidden", "file", "submit", "button"].includes(field.type)
    return [...this.element.elements].filter(kept)
  }

  keep() {
    this.changed = true
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.store(), PAUSE_MS)
  }

  store() {
    clearTimeout(this.timer)
    if (!this.changed || this.sent || !this.keyValue) return
    const body = this.element.elements.namedItem("body")?.value ?? ""
    if (!body.trim()) return this.forget()
    const values = {}
    for (const field of this.fields) {
      if (field.type === "radio") {
        if (field.checked) values[field.name] = field.value
      } else values[field.name] = field.type === "checkbox" ? field.checked : field.value
    }
    this.write({ values, at: Date.now() })
    return this.say("Kept in this browser")
  }

  restore() {
    const held = this.read()
    if (!held || this.element.querySelector('[aria-invalid="true"]')) return
    for (const field of this.fields) {
      if (!(field.name in held.values)) continue
      const value = held.values[field.name]
      if (field.type === "radio") field.checked = field.value === value
      else if (field.type === "checkbox") field.checked = value
      else field.value = value
    }
    this.changed = true
    this.say("Your text from before")
  }

  send() {
    this.store()
    this.sent = true
    const held = this.read()
    if (held) this.write({ ...held, sent: true })
  }

  forget() {
    localStorage.removeItem(PREFIX + this.keyValue)
    this.say("")
  }

  clean() {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const held = parsed(localStorage.getItem(key))
      const old = !held || Date.now() - held.at > DAYS * 86_400_000
      if (old || (held.sent && this.writtenValue)) localStorage.removeItem(key)
    }
  }

  read() {
    return parsed(localStorage.getItem(PREFIX + this.keyValue))
  }

  // Storage may be full or forbidden: typing goes on.
  write(held) {
    try {
      localStorage.setItem(PREFIX + this.keyValue, JSON.stringify(held))
    } catch {
      this.say("")
    }
  }

  say(text) {
    if (this.hasSaidTarget) this.saidTarget.textContent = text
  }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
