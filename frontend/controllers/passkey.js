import { Controller } from "@hotwired/stimulus"
import { toast } from "../toasts.js"

// WebAuthn for allauth's forms. make: register a key; use: confirm with one; signIn: ask the server for a
// challenge first. The options are JSON in data-passkey-options-value; the answer goes into the hidden field.
export default class extends Controller {
  static targets = ["credential", "passwordless"]
  static values = { options: Object, url: String }

  async make(event) {
    event.preventDefault()
    await this.attempt(async () => {
      const options = structuredClone(this.optionsValue.creation_options)
      if (this.hasPasswordlessTarget) {
        const wanted = this.passwordlessTarget.checked
        const selection = (options.publicKey.authenticatorSelection ??= {})
        selection.residentKey = wanted ? "required" : "discouraged"
        selection.requireResidentKey = wanted
        if (wanted) selection.userVerification = "required"
      }
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey)
      return navigator.credentials.create({ publicKey })
    })
  }

  async use(event) {
    event.preventDefault()
    await this.attempt(() => this.get(this.optionsValue.request_options))
  }

  async signIn(event) {
    event.preventDefault()
    await this.attempt(async () => {
      const answer = await fetch(this.urlValue, { headers: { Accept: "application/json" } })
      if (!answer.ok) throw new Error("no challenge")
      return this.get((await answer.json()).request_options)
    })
  }

  get(options) {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) })
  }

  async attempt(ceremony) {
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
      toast("This browser does not know passkeys. Update it, or use your password.", "bad")
      return
    }
    try {
      const credential = await ceremony()
      this.credentialTarget.value = JSON.stringify(credential.toJSON())
      this.credentialTarget.form.submit()
    } catch (error) {
      const refused = error.name === "NotAllowedError"
      toast(refused ? "No passkey was used. Try again when you are ready." : "The passkey did not work here.", "bad")
    }
  }
}
