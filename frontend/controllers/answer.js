import { Controller } from "@hotwired/stimulus"

// Asks for the answer to rows of a queue, whose boxes belong to the form #chosen: takes the row of the button
// (data-answer-alert-param) when none is chosen, and opens the dialog data-answer-dialog-param, whose form gets what is
// chosen, or sends #chosen at once. After the answer the page comes back to the row that follows; without one the row
// that was taken is let go.
export default class extends Controller {
  get form() {
    return document.getElementById("chosen")
  }

  get boxes() {
    return [...this.form.elements].filter((each) => each.name === "alert")
  }

  ask({ params }) {
    const opener = document.activeElement
    const taken = this.take(params.alert)
    const dialog = document.getElementById(params.dialog)
    const chosen = this.boxes.filter((box) => box.checked)
    dialog.querySelector("[data-answer-chosen]").replaceChildren(...chosen.map(hidden))
    dialog.querySelector("[data-answer-count]").textContent = chosen.length === 1 ? "1 alert" : `${chosen.length} alerts`
    dialog.querySelector("[data-answer-follows]").value = this.follows
    dialog.showModal()
    dialog.querySelector("form input:not([type=hidden]), form select").focus()
    const closed = () => {
      if (taken) choose(taken, false)
      opener?.focus({ focusVisible: true })
    }
    dialog.addEventListener("close", closed, { once: true })
  }

  send({ params }) {
    this.take(params.alert)
    this.form.querySelector("[data-answer-follows]").value = this.follows
    this.form.requestSubmit()
  }

  // The box of the alert, where nothing was chosen yet.
  take(alert) {
    const box = !this.boxes.some((each) => each.checked) && this.boxes.find((each) => each.value.startsWith(`${alert}:`))
    if (box) choose(box, true)
    return box
  }

  // What follows the last that is chosen, else what stands before it, is where one goes on.
  get follows() {
    const last = this.boxes.findLastIndex((each) => each.checked)
    const next = this.boxes[last + 1] || this.boxes.slice(0, last).findLast((each) => !each.checked)
    return next?.closest("tr").querySelector(".row-link").id || ""
  }
}

function choose(box, checked) {
  box.checked = checked
  box.dispatchEvent(new Event("change", { bubbles: true }))
}

function hidden(box) {
  return Object.assign(document.createElement("input"), { type: "hidden", name: box.name, value: box.value })
}
