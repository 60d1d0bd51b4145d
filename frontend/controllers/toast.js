import { Controller } from "@hotwired/stimulus"

// Leaves after data-toast-seconds-value, waits while somebody points at it or has the focus in it. 0 stays.
export default class extends Controller {
  static values = { seconds: { type: Number, default: 6 } }

  connect() {
    this.resume()
  }

  disconnect() {
    clearTimeout(this.timer)
  }

  pause() {
    clearTimeout(this.timer)
  }

  resume() {
    clearTimeout(this.timer)
    if (this.secondsValue) this.timer = setTimeout(() => this.dismiss(), this.secondsValue * 1000)
  }

  dismiss() {
    this.element.remove()
  }
}
