import { Controller } from "@hotwired/stimulus"

// Choices in an order of one's own: what is ticked moves to the end of `chosen`, what is not to the top of `others`. The
// order is that of the form's fields. Chosen items move by drag, by their buttons, or by Alt and an arrow key; `search`
// narrows the others, Enter takes the first of them. The form is sent when its menu closes and something changed.
export default class extends Controller {
  static targets = ["search", "chosen", "others", "item", "status"]

  connect() {
    this.menu = this.element.closest("details")
    this.closed = () => {
      if (!this.menu.open && this.changed) this.element.requestSubmit()
    }
    this.menu?.addEventListener("toggle", this.closed)
  }

  disconnect() {
    this.menu?.removeEventListener("toggle", this.closed)
  }

  search() {
    const words = this.searchTarget.value.trim().toLowerCase()
    for (const item of this.othersTarget.children) item.hidden = !item.textContent.toLowerCase().includes(words)
  }

  take(event) {
    if (event.key !== "Enter") return
    event.preventDefault()
    const first = [...this.othersTarget.children].find((item) => !item.hidden)
    if (!first) return
    const box = first.querySelector("input")
    box.checked = true
    this.place(box)
    this.searchTarget.value = ""
    this.search()
  }

  tick(event) {
    if (event.target.matches('[type="checkbox"]')) this.place(event.target)
  }

  place(box) {
    const item = box.closest("li")
    const kept = document.activeElement
    if (box.checked) this.chosenTarget.append(item)
    else this.othersTarget.prepend(item)
    item.draggable = box.checked
    this.tell(item, box.checked ? `at place ${this.at(item) + 1}` : "not shown")
    kept?.focus()
  }

  move(event) {
    const item = event.target.closest("li")
    const button = event.target.closest("button")
    this.step(item, Number(event.params.step))
    button.focus()
  }

  press(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const item = event.target.closest("li")
    if (!event.altKey || !step || !item || !this.chosenTarget.contains(item)) return
    event.preventDefault()
    const focused = document.activeElement
    this.step(item, step)
    focused.focus()
  }

  step(item, by) {
    const other = by < 0 ? item.previousElementSibling : item.nextElementSibling
    if (!other) return
    if (by < 0) other.before(item)
    else other.after(item)
    this.tell(item, `at place ${this.at(item) + 1}`)
  }

  lift(event) {
    this.dragged = event.target.closest("li")
    event.dataTransfer.effectAllowed = "move"
  }

  over(event) {
    const item = event.target.closest("li")
    if (!this.dragged || !item || item.parentElement !== this.chosenTarget) return
    event.preventDefault()
    if (item === this.dragged) return
    const box = item.getBoundingClientRect()
    if (event.clientY < box.top + box.height / 2) item.before(this.dragged)
    else item.after(this.dragged)
  }

  drop() {
    if (this.dragged) this.tell(this.dragged, `at place ${this.at(this.dragged) + 1}`)
    this.dragged = null
  }

  at(item) {
    return [...this.chosenTarget.children].indexOf(item)
  }

  tell(item, said) {
    this.changed = true
    this.statusTarget.textContent = `${item.querySelector("label").textContent.trim()} is ${said}.`
  }
}
