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
    this.place = () => this.lift()
    this.element.addEventListener("toggle", this.place)
    document.addEventListener("pointerdown", this.outside)
    this.element.addEventListener("keydown", this.keys)
    this.element.addEventListener("focusout", this.left)
  }

  disconnect() {
    document.removeEventListener("pointerdown", this.outside)
    this.element.removeEventListener("toggle", this.place)
    this.element.removeEventListener("keydown", this.keys)
    this.element.removeEventListener("focusout", this.left)
  }

  // Inside a table that scrolls the panel would be cut off: there it floats over the page, below or above.
  lift() {
    const panel = this.element.querySelector(".menu-panel")
    if (!this.element.open || !this.element.closest(".table-wrap, .table-fill")) return
    const button = this.element.querySelector("summary").getBoundingClientRect()
    const box = panel.getBoundingClientRect()
    const below = button.bottom + 4 + box.height < innerHeight
    const left = this.element.matches(".menu-end") ? button.right - box.width : button.left
    Object.assign(panel.style, {
      position: "fixed",
      left: `${Math.max(8, Math.min(left, innerWidth - box.width - 8))}px`,
      right: "auto",
      top: `${below ? button.bottom + 4 : Math.max(8, button.top - 4 - box.height)}px`,
    })
    addEventListener("scroll", () => this.close(), { once: true, capture: true })
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
