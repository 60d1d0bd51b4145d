import { Controller } from "@hotwired/stimulus"

// Closes a <details> on Escape, on a press outside and when the focus leaves; arrows move between its items.
export default class extends Controller {
  connect() {
    this.outside = (event) => {
      if (this.element.open && !this.element.contains(event.target)) this.element.open = false
    }
    this.keys = (event) => this.key(event)
    this.left = (event) => {
      if (event.relatedTarget && !this.element.contains(event.relatedTarget)) this.element.open = false
    }
    document.addEventListener("pointerdown", this.outside)
    this.element.addEventListener("keydown", this.keys)
    this.element.addEventListener("focusout", this.left)
  }

  disconnect() {
    document.removeEventListener("pointerdown", this.outside)
    this.element.removeEventListener("keydown", this.keys)
    this.element.removeEventListener("focusout", this.left)
  }

  close() {
    this.element.open = false
  }

  key(event) {
    if (!this.element.open) return
    if (event.key === "Escape") {
      event.stopPropagation()
      this.element.open = false
      this.element.querySelector("summary").focus()
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return
    if (event.target.matches("input, select, textarea")) return
    const items = [...this.element.querySelectorAll(".menu-item")]
    if (!items.length) return
    event.preventDefault()
    const step = event.key === "ArrowDown" ? 1 : -1
    const at = items.indexOf(document.activeElement)
    items[(at + step + items.length) % items.length].focus()
  }
}
