import { Controller } from "@hotwired/stimulus"
import { toast } from "../toasts.js"

// Copies data-copy-text-value, else the text of the source target, else the page's address.
export default class extends Controller {
  static values = { text: String, done: { type: String, default: "Copied" } }
  static targets = ["source"]

  async copy(event) {
    event.preventDefault()
    const text = this.textValue || (this.hasSourceTarget ? this.sourceTarget.textContent.trim() : location.href)
    try {
      await navigator.clipboard.writeText(text)
      toast(this.doneValue)
    } catch {
      toast("The browser did not allow copying. Select the text and copy it yourself.", "bad")
    }
  }
}
