import Support

/// What a folder of artifacts holds; folders whose content is known can be opened where they stand.
struct FolderList {
    let folder: FolderView
    let run: RunRowView
    /// The file that is looked at.
    var current: String?
    /// Whether all folders are open at first.
    var isOpen = false

    var html: HTML {
        let more: HTML = folder.hasMore ? "<p class=\"note\">There are more than are listed here.</p>" : ""
        return "\(list(folder.entries, in: folder.path))\(more)"
    }

    private func list(_ entries: [FolderView.Entry], in path: String) -> HTML {
        "<ul class=\"files\">\(entries.map { entry($0, path.isEmpty ? $0.name : "\(path)/\($0.name)") })</ul>"
    }

    private func entry(_ entry: FolderView.Entry, _ path: String) -> HTML {
        let size: HTML = entry.size.map { "<span class=\"meta\">\(Figure.bytes($0))</span>" } ?? ""
        let mark: HTML = path == current ? " aria-current=\"page\"" : ""
        guard let entries = entry.entries else {
            return """
                <li><a href="\(PagePath.artifact(path, of: run.id, in: run.experiment))"\(mark)>\(isolated(entry.name))\(entry.size == nil ? "/" : HTML.nothing)</a>\(size)</li>
                """
        }
        let opens = isOpen || current.map { $0 == path || $0.hasPrefix("\(path)/") } == true
        return """
            <li class="folder"><details\(opens ? " open" : HTML.nothing)><summary>\(isolated(entry.name))/ \
            <span class="meta">\(Figure.count(entries.count, "entry", "entries"))</span></summary>
            \(list(entries, in: path))</details></li>
            """
    }
}

/// A file or folder of a run's artifacts.
package struct ArtifactPage {
    let view: ArtifactView

    package init(_ view: ArtifactView) { self.view = view }

    package var page: Page {
        let run = view.run
        let name = view.path.split(separator: "/").last.map(String.init) ?? "Artifacts"
        return Frame(title: name, section: .experiments).page(
            """
            <div class="title">
            <p class="crumb"><a href="\(PagePath.experiments)">Experiments</a> › \
            <a href="\(PagePath.experiment(view.experiment.id))">\(isolated(view.experiment.name))</a> › \
            <a href="\(PagePath.run(run.id, in: run.experiment))#artifacts">\(isolated(run.title))</a>\(folders)</p>
            <h1>\(isolated(name))</h1>
            \(facts)
            </div>
            \(tree)
            """)
    }

    private var tree: HTML {
        let content = section("content", "Content", content)
        guard let tree = view.tree, tree.entries.count > 1 || tree.entries.first?.entries != nil else { return content }
        let list = section("artifacts", "Artifacts", FolderList(folder: tree, run: view.run, current: view.path).html)
        return "<div class=\"beside\">\(list)\(content)</div>"
    }

    /// The folders that lead to it.
    private var folders: HTML {
        var path = ""
        var html: HTML = ""
        for part in view.path.split(separator: "/").dropLast() {
            path += path.isEmpty ? String(part) : "/\(part)"
            html += " › <a href=\"\(PagePath.artifact(path, of: view.run.id, in: view.run.experiment))\">\(isolated(String(part)))</a>"
        }
        return html
    }

    private var facts: HTML {
        guard let download = PagePath.local(view.download) else { return "" }
        return "<p class=\"meta\">\(Figure.bytes(view.size)) · <a href=\"\(download)\" download>Download</a></p>"
    }

    private var content: HTML {
        switch view.content {
        case .folder(let folder):
            folder.entries.isEmpty ? emptyState("There is nothing in it.") : FolderList(folder: folder, run: view.run).html
        case .text(let text, let isCut): "<pre class=\"preview\" tabindex=\"0\"><code>\(text)</code></pre>\(cut(isCut))"
        case .table(let table): LoggedTable(table: table, run: view.run, label: "content-title").html
        case .histograms(let series): "<div class=\"ridge\">\(RidgeChart(series: series).html)</div>"
        case .picture:
            """
            <img class="picture" src="\(PagePath.picture(view.path, of: view.run.id, in: view.run.experiment))" alt="the picture \(view.path)">
            """
        case .nothing(let reason): emptyState(isolated(reason))
        }
    }

    private func cut(_ isCut: Bool) -> HTML { isCut ? "<p class=\"note\">It goes on: this is its beginning.</p>" : "" }
}
