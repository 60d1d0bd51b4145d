import { Controller } from "@hotwired/stimulus"

// Rows chosen by their boxes, which belong to this form (form="…", name="account" or what `name` says). Shift with x or a click takes all
// between the last one and this; Escape chooses none. The `every` box, in the table's head, takes the page.
export default class extends Controller {
  static targets = ["count"]
  static values = { name: { type: String, default: "account" } }

  connect() {
    this.listeners = { change: (event) => this.changed(event), click: (event) => this.clicked(event), keydown: (event) => this.press(event), "htmx:after:swap": () => this.show() }
    for (const [name, listener] of Object.entries(this.listeners)) document.addEventListener(name, listener)
    this.show()
  }

  disconnect() {
    for (const [name, listener] of Object.entries(this.listeners)) document.removeEventListener(name, listener)
  }

  get boxes() {
    return [...this.element.elements].filter((each) => each.name === this.nameValue)
  }

  get every() {
    return document.querySelector(`[data-select-every="${this.element.id}"]`)
  }

  changed({ target }) {
    if (target === this.every) this.boxes.forEach((box) => (box.checked = target.checked))
    else if (!this.boxes.includes(target)) return
    this.show()
  }

  clicked(event) {
    const box = event.target
    if (!this.boxes.includes(box)) return
    if (event.shiftKey) this.range(box, box.checked)
    this.last = box
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.matches("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]")) return
    if (event.key === "Escape" && this.boxes.some((box) => box.checked)) this.clear()
    else if (event.key === "X") this.fromLast(event)
  }

  fromLast(event) {
    const row = document.activeElement.closest?.("tr")
    const box = this.boxes.find((each) => row?.contains(each))
    if (!box) return
    event.preventDefault()
    this.range(box, true)
    this.last = box
  }

  range(box, checked) {
    const boxes = this.boxes
    const [at, last] = [boxes.indexOf(box), this.last ? boxes.indexOf(this.last) : -1]
    const from = last < 0 ? at : last
    boxes.slice(Math.min(from, at), Math.max(from, at) + 1).forEach((each) => (each.checked = checked))
    this.show()
  }

  clear() {
    this.boxes.forEach((box) => (box.checked = false))
    this.last = undefined
    this.show()
  }

  show() {
    const boxes = this.boxes
    const chosen = boxes.filter((box) => box.checked).length
    this.countTarget.textContent = `${chosen} selected`
    if (!this.every) return
    this.every.checked = chosen > 0 && chosen === boxes.length
    this.every.indeterminate = chosen > 0 && chosen < boxes.length
  }
}
