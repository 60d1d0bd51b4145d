import { Controller } from "@hotwired/stimulus"

// Asks for the answer to rows of a queue: takes the row of the button (data-answer-alert-param) when none is chosen,
// opens the dialog data-answer-dialog-param, whose sleeping fields belong to the form #chosen, or sends that form at once.
// After the answer the page comes back to the row that follows; without one the row that was taken is let go.
export default class extends Controller {
  connect() {
    const link = location.hash.length > 1 && document.getElementById(location.hash.slice(1))?.querySelector(".row-link")
    if (link && document.activeElement === document.body) link.focus({ focusVisible: true })
  }

  get form() {
    return document.getElementById("chosen")
  }

  get boxes() {
    return [...this.form.elements].filter((each) => each.name === "alert")
  }

  ask({ params }) {
    const taken = this.take(params.alert)
    const dialog = document.getElementById(params.dialog)
    const fields = dialog.querySelector("fieldset")
    const opener = document.activeElement
    fields.disabled = false
    dialog.querySelectorAll("[data-answer-count]").forEach((each) => (each.textContent = this.counted))
    dialog.showModal()
    fields.querySelector("input, select, textarea")?.focus()
    dialog.addEventListener(
      "close",
      () => {
        fields.disabled = true
        if (taken) this.choose(taken, false)
        opener?.focus({ focusVisible: true })
      },
      { once: true },
    )
  }

  send({ params }) {
    this.take(params.alert)
    this.form.requestSubmit()
  }

  // The box of the alert, where nothing was chosen yet; what follows the last that is chosen is where one goes on.
  take(alert) {
    const chosen = this.boxes.filter((box) => box.checked)
    const box = !chosen.length && this.boxes.find((each) => each.value.startsWith(`${alert}:`))
    if (box) this.choose(box, true)
    const last = this.boxes.findLastIndex((each) => each.checked)
    const next = this.boxes.slice(last + 1)[0] || this.boxes.slice(0, last).findLast((each) => !each.checked)
    this.form.querySelector("[data-answer-follows]").value = next?.closest("tr").id || ""
    return box
  }

  choose(box, checked) {
    box.checked = checked
    box.dispatchEvent(new Event("change", { bubbles: true }))
  }

  get counted() {
    const count = this.boxes.filter((box) => box.checked).length
    return count === 1 ? "1 alert" : `${count} alerts`
  }
}
