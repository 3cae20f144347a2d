import Settings

/// A section of a settings file as text.
enum SettingsText {
    static func node(_ yaml: String) throws -> SettingsNode { try SettingsNode(yaml: yaml, file: "martlet.yaml") }
}
