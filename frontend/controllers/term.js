import { Controller } from "@hotwired/stimulus"

const PATIENCE_MS = 350

// A word that says what it means: its popover (aria-describedby) opens when the pointer rests on it or the focus comes by
// keyboard, and stays while the pointer is on either. A press keeps a button's open; Escape and a press elsewhere close it.
export default class extends Controller {
  connect() {
    this.card = document.getElementById(this.element.getAttribute("aria-describedby"))
    if (!this.card) return
    this.listeners = [
      [this.element, "pointerenter", (event) => event.pointerType === "mouse" && this.soon()],
      [this.element, "pointerleave", () => this.away()],
      [this.element, "focus", () => this.element.matches(":focus-visible") && this.show()],
      [this.element, "blur", (event) => this.card.contains(event.relatedTarget) || this.hide()],
      [this.element, "click", (event) => this.press(event)],
      [this.card, "pointerenter", () => clearTimeout(this.timer)],
      [this.card, "pointerleave", () => this.away()],
    ]
    for (const [element, name, listener] of this.listeners) element.addEventListener(name, listener)
  }

  disconnect() {
    clearTimeout(this.timer)
    for (const [element, name, listener] of this.listeners ?? []) element.removeEventListener(name, listener)
  }

  soon() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.show(), PATIENCE_MS)
  }

  away() {
    clearTimeout(this.timer)
    if (!this.pinned) this.timer = setTimeout(() => this.hide(), PATIENCE_MS)
  }

  press(event) {
    if (!this.element.matches("button")) return
    event.preventDefault()
    clearTimeout(this.timer)
    this.pinned = !(this.pinned && this.card.matches(":popover-open"))
    if (this.pinned) this.show()
    else this.hide()
  }

  show() {
    if (!this.element.isConnected || this.card.matches(":popover-open")) return
    this.card.showPopover()
    const at = this.element.getBoundingClientRect()
    const box = this.card.getBoundingClientRect()
    const below = at.bottom + 6 + box.height < innerHeight
    Object.assign(this.card.style, {
      left: `${Math.max(8, Math.min(at.left, innerWidth - box.width - 8))}px`,
      top: `${below ? at.bottom + 6 : Math.max(8, at.top - 6 - box.height)}px`,
    })
  }

  hide() {
    this.pinned = false
    if (this.card.matches(":popover-open")) this.card.hidePopover()
  }
}
