import Planning
import Settings

/// Reads the `charter:` section of a file.
func charter(_ yaml: String) throws -> Charter {
    try Charter(SettingsNode(yaml: yaml, file: "martlet.yaml").required("charter"))
}

/// A charter of a binary problem with these lines of objectives.
func charter(objectives: String...) throws -> Charter {
    let lines = objectives.map { "    - {\($0)}\n" }.joined()
    return try charter("charter:\n  problem: {type: binary, target: income, positive: \">50K\"}\n  objectives:\n\(lines)")
}

/// The only objective of a charter.
func objective(_ line: String) throws -> Objective { try charter(objectives: line).objectives[0] }
