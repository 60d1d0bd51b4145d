import { Controller } from "@hotwired/stimulus"

// Dialogs and drawers are <dialog> elements. A trigger names one: data-controller="dialog"
// data-action="dialog#open" data-dialog-id-param="invite". Inside: data-action="dialog#close".
// A drawer whose body htmx fills opens itself: data-action="htmx:after:swap->dialog#show".
export default class extends Controller {
  open({ params: { id }, currentTarget }) {
    const dialog = document.getElementById(id)
    this.opener = currentTarget
    dialog.showModal()
    dialog.addEventListener("close", () => this.opener?.focus(), { once: true })
  }

  show() {
    if (!this.element.open) this.element.showModal()
  }

  close() {
    this.element.closest("dialog").close()
  }

  // A press on the backdrop lands on the dialog itself, outside of its box.
  backdrop(event) {
    if (event.target !== this.element) return
    const box = this.element.getBoundingClientRect()
    const within =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
    if (!within) this.element.close()
  }
}
