import { Controller } from "@hotwired/stimulus"

// A row that opens in place: the first press of its link lets htmx fill `here` and shows its row, later ones only fold it.
export default class extends Controller {
  static targets = ["link", "row", "here"]

  toggle(event) {
    if (!this.hasLinkTarget || event.target.closest("a") !== this.linkTarget) return
    if (event.ctrlKey || event.metaKey || event.shiftKey || !this.hereTarget.childElementCount) return
    event.preventDefault()
    event.stopPropagation()
    this.set(this.rowTarget.hidden)
  }

  show(event) {
    if (this.hasLinkTarget && event.target === this.linkTarget) this.set(true)
  }

  set(open) {
    this.rowTarget.hidden = !open
    this.linkTarget.setAttribute("aria-expanded", open)
  }
}
