import Support
import TestSupport
import Testing

/// Why a test with the client is skipped.
let noClient = Comment(rawValue: PythonClient.absence)

/// Holds what a script told against what each of its steps has to come to.
func expect(_ told: JSONValue, toBe expected: JSONValue) {
    for step in expected.members { #expect(told[step.key] == step.value, "\(step.key)") }
    #expect(told.members.map(\.key).sorted() == expected.members.map(\.key).sorted())
}
