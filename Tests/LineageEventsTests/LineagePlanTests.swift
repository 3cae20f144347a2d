import LineageEvents
import Settings
import Support
import Testing

@Suite("The settings of lineage") struct LineagePlanTests {
    private func plan(_ text: String) throws -> LineagePlan { try LineagePlan(SettingsNode(yaml: text, file: "martlet.yaml")) }

    @Test("say who is told; the variables of OpenLineage's clients come first, and switch all of it off") func environment() throws {
        let own = try plan("url: https://lineage.example.org\nauth: secret://key\nfile: out.jsonl\n")
        #expect(own.targets == [.receiver, .file] && own.endpoint == "api/v1/lineage" && !own.allowsPrivate)
        let told = own.with(environment: [
            "OPENLINEAGE_URL": "http://marquez:5000", "OPENLINEAGE_ENDPOINT": "in", "OPENLINEAGE_API_KEY": "k", "OPENLINEAGE_NAMESPACE": "prod",
        ])
        #expect(told.url == "http://marquez:5000" && told.endpoint == "in" && told.auth == "k" && told.namespace == "prod" && told.allowsPrivate)
        #expect(own.with(environment: ["OPENLINEAGE_URL": "http://marquez:5000"]).auth == nil, "The key of one receiver is not shown to another.")
        #expect(own.with(environment: ["OPENLINEAGE_DISABLED": "True", "OPENLINEAGE_URL": "http://marquez:5000"]).targets.isEmpty)
        #expect(try LineagePlan(nil).with(environment: [:]).targets.isEmpty)
    }

    @Test("name the line of what is wrong", arguments: ["url: marquez:5000", "uri: http://a", "namespace: \"\"", "file: \"\"", "keep: soon"])
    func wrong(_ text: String) throws {
        let error = #expect(throws: MartletError.self) { try plan(text) }
        #expect(error?.place?.line == 1)
    }
}
