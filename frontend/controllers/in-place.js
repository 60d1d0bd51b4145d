import { Controller } from "@hotwired/stimulus"

// Something that is edited where it stands: htmx puts its form into `here`, what is shown (`view`, and what `hides`
// matches elsewhere) steps aside for it. Escape and Cancel put it back; Enter sends the form as any form. Until then what
// others change leaves it alone.
export default class extends Controller {
  static targets = ["view", "here"]
  static values = { hides: String }

  begin() {
    const field = this.hereTarget.querySelector("input:not([type=hidden]), select")
    if (!field) return
    this.show(false)
    this.cancel = this.hereTarget.querySelector("a[href]")
    this.cancel?.addEventListener("click", (event) => this.leave(event))
    field.focus()
    field.select?.()
  }

  leave(event) {
    if (!this.hereTarget.firstElementChild) return
    event.preventDefault()
    this.hereTarget.replaceChildren()
    this.show(true)
    const link = this.viewTarget.matches("a") ? this.viewTarget : this.viewTarget.querySelector("a")
    link?.focus()
  }

  show(shown) {
    this.viewTarget.hidden = !shown
    const elsewhere = this.hidesValue && document.querySelector(this.hidesValue)
    if (elsewhere) elsewhere.hidden = !shown
    for (const element of [this.element, elsewhere || this.element]) element.toggleAttribute("hx-morph-skip", !shown)
  }
}
