import { Controller } from "@hotwired/stimulus"

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

// A heat map: rows are svg.heat, their cells rects with a title. The cell that is pointed at or touched, or reached by
// the arrow keys, is marked and its words are said.
export default class extends Controller {
  static targets = ["said"]

  press(event) {
    if (!STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("summary")) return
    const rows = [...this.element.querySelectorAll("svg.heat")].map((row) => [...row.querySelectorAll("rect")])
    if (!rows.length) return
    event.preventDefault()
    const [down, right] = STEPS[event.key]
    const last = rows[0].length - 1
    const at = rows.findIndex((row) => row.includes(this.cell))
    if (at < 0) return this.say(rows[0][last])
    const row = rows[Math.min(Math.max(at + down, 0), rows.length - 1)]
    this.say(row[Math.min(Math.max(rows[at].indexOf(this.cell) + right, 0), last)])
  }

  point(event) {
    const cell = event.target.closest?.("svg.heat rect")
    if (cell) this.say(cell)
  }

  leave() {
    this.cell?.classList.remove("heat-on")
    this.cell = null
    this.saidTarget.textContent = this.saidTarget.dataset.heatRest
  }

  say(cell) {
    this.cell?.classList.remove("heat-on")
    this.cell = cell
    cell.classList.add("heat-on")
    cell.scrollIntoView({ block: "nearest", inline: "nearest" })
    this.saidTarget.textContent = cell.querySelector("title").textContent
  }
}
