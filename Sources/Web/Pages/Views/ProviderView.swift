/// An identity provider, as the pages offer it.
package struct ProviderView: Sendable, Equatable {
    /// What it is called in addresses.
    package var name: String
    /// What people know it by.
    package var label: String

    package init(name: String, label: String) {
        self.name = name
        self.label = label
    }
}
