internal import Adoption
internal import Experiments
internal import Registry
internal import Support

/// A version of a prompt, whose bytes are its text.
enum PromptVersion {
    static func draft(_ name: String, source: String, tags: [KeyValue], _ context: CallContext) throws -> VersionDraft {
        guard PromptTags.sources.contains(source) else {
            throw MLflowError.invalid("Invalid prompt source: '\(source.prefix(300))'. Prompt sources must use an MLflow placeholder.")
        }
        let prompt = try ModelFiles.prompt(tags.first { $0.key == PromptTags.text }?.value ?? "", objects: context.server.objects)
        return VersionDraft(
            model: name, digest: prompt.digest, run: nil, origin: VersionOrigin(source: source, artifacts: source), details: prompt.details,
            description: "", tags: tags)
    }
}
