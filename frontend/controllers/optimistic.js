import { Controller } from "@hotwired/stimulus"

// A form whose outcome is known: what it takes away (what `gone` matches around it) is gone as soon as it is sent. If
// it is refused, the page that comes back shows it again; so does this one, when somebody comes back to it.
export default class extends Controller {
  static values = { gone: String }

  connect() {
    this.restored = ({ persisted }) => persisted && this.show(true)
    window.addEventListener("pageshow", this.restored)
  }

  disconnect() {
    window.removeEventListener("pageshow", this.restored)
  }

  go() {
    this.show(false)
  }

  show(shown) {
    this.element.closest(this.goneValue).hidden = !shown
  }
}
