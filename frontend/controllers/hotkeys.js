import { Controller } from "@hotwired/stimulus"

const PATIENCE_MS = 1000
const NAMES = { mod: navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl", arrowup: "↑", arrowdown: "↓", enter: "↵", escape: "Esc" }

// Sits on <body>. Any element may carry data-hotkey="g a" (a sequence) or "mod+k" (a chord), and
// data-hotkey-label to be listed in the help that ? opens. A press clicks it; an input is focused instead. With
// data-hotkey-shown in place of data-hotkey it is only listed: another controller listens to that key.
export default class extends Controller {
  static values = { help: String }

  connect() {
    this.typed = []
    this.listener = (event) => this.press(event)
    document.addEventListener("keydown", this.listener)
  }

  disconnect() {
    document.removeEventListener("keydown", this.listener)
  }

  press(event) {
    if (event.defaultPrevented || event.isComposing || event.altKey) return
    const chord = event.ctrlKey || event.metaKey
    if (!chord && (typing(event.target) || document.querySelector("dialog[open]"))) return
    if (["Shift", "Control", "Meta"].includes(event.key)) return
    if (!chord && ofRow(event.key)) return
    const key = (chord ? "mod+" : "") + event.key.toLowerCase()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => (this.typed = []), PATIENCE_MS)
    this.typed = chord ? [key] : [...this.typed, key].slice(-2)
    const element = this.find(this.typed.join(" ")) || this.find(key)
    if (!element) return
    event.preventDefault()
    this.typed = []
    if (element.matches("input, textarea, select")) {
      element.focus()
      element.select?.()
    } else if (element.matches("summary")) {
      element.parentElement.open = true
      element.parentElement.querySelector("a, button, input, select")?.focus()
    } else element.click()
  }

  // The visible one, when two elements (wide and phone) carry the same keys.
  find(keys) {
    const found = [...document.querySelectorAll(`[data-hotkey="${CSS.escape(keys)}"]`)]
    return found.find((element) => element.offsetParent !== null) || found[0]
  }

  help() {
    const dialog = document.getElementById(this.helpValue)
    const list = dialog.querySelector("[data-hotkeys-list]")
    const seen = new Set()
    list.replaceChildren()
    for (const element of document.querySelectorAll("[data-hotkey-label]")) {
      const { hotkeyLabel } = element.dataset
      const hotkey = element.dataset.hotkey || element.dataset.hotkeyShown
      if (seen.has(hotkey)) continue
      seen.add(hotkey)
      const row = document.createElement("div")
      const term = document.createElement("dt")
      const keys = document.createElement("dd")
      term.textContent = hotkeyLabel
      for (const key of hotkey.split(/[ +]/)) {
        const kbd = document.createElement("kbd")
        kbd.textContent = NAMES[key] || key.toUpperCase()
        keys.append(kbd)
      }
      row.append(term, keys)
      list.append(row)
    }
    dialog.showModal()
  }
}

// What a key does to the row in focus comes before what it does on the page: the list listens to it.
function ofRow(key) {
  const row = document.activeElement?.closest('[data-list-target="row"]')
  return /^[a-z]$/.test(key) && row?.querySelector(`[data-list-key="${key}"]`)
}

function typing(element) {
  return element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select")
}
