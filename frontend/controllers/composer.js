import { Controller } from "@hotwired/stimulus"

// The form of an entry: a press on a type goes on to the text, and the empty minutes show what that type usually takes.
export default class extends Controller {
  static targets = ["kind", "body", "minutes", "more"]

  connect() {
    this.switch()
  }

  // Also what a hotkey presses.
  choose() {
    requestAnimationFrame(() => {
      this.bodyTarget.focus()
      this.switch()
    })
  }

  switch() {
    const chosen = this.kindTargets.find((kind) => kind.checked)
    if (!chosen) return
    if (this.hasMinutesTarget) this.minutesTarget.placeholder = chosen.dataset.usual ? `Usually ${chosen.dataset.usual}` : ""
    if (this.hasMoreTarget) {
      const url = new URL(this.moreTarget.href)
      url.searchParams.set("new", chosen.value)
      this.moreTarget.href = url
    }
  }
}
