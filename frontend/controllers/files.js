import { Controller } from "@hotwired/stimulus"

// Says at once that a chosen file is too large, before anything is sent.
export default class extends Controller {
  static targets = ["input", "error"]
  static values = { most: Number }

  check() {
    const large = [...this.inputTarget.files].filter((file) => file.size > this.mostValue).map((file) => file.name)
    const text = large.length ? `Larger than ${Math.round(this.mostValue / 1048576)} MB: ${large.join(", ")}` : ""
    this.errorTarget.hidden = !text
    this.errorTarget.lastElementChild.textContent = text
    this.inputTarget.setCustomValidity(text)
  }
}
