/// What a column tells of a person.
package enum PersonalClass: String, Sendable, Equatable, Codable, CaseIterable {
    case email, phone, iban
    case creditCard = "credit_card"
    case ip, name, address
    case birthDate = "birth_date"
    case nationalID = "national_id"
    /// Degrees of latitude or longitude.
    case geo
    /// A person's word that the column tells nothing of anybody, so that nothing is proposed again.
    case none
}
