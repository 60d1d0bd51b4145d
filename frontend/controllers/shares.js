import { Controller } from "@hotwired/stimulus"

// Weights as shares of the whole, while they are typed. Inputs are `group` or `item` targets with data-group naming the
// group; the outputs `groupShare` and `itemShare` stand in the same order. A share is the group's × the item's in it.
export default class extends Controller {
  static targets = ["group", "groupShare", "item", "itemShare"]

  tell() {
    const number = (input) => Math.max(parseFloat(input.value) || 0, 0)
    const all = this.groupTargets.reduce((sum, input) => sum + number(input), 0)
    const share = {}
    this.groupTargets.forEach((input, n) => {
      share[input.dataset.group] = all ? number(input) / all : 0
      this.groupShareTargets[n].textContent = this.percent(share[input.dataset.group], 0)
    })
    const inside = {}
    for (const input of this.itemTargets) {
      inside[input.dataset.group] = (inside[input.dataset.group] ?? 0) + number(input)
    }
    this.itemTargets.forEach((input, n) => {
      const { group } = input.dataset
      const part = inside[group] ? (share[group] * number(input)) / inside[group] : 0
      this.itemShareTargets[n].textContent = this.percent(part, 1)
    })
  }

  percent(share, digits) {
    return `${(share * 100).toFixed(digits)} %`
  }
}
