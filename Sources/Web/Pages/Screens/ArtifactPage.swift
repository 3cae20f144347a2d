import Support

/// What a folder of artifacts holds.
struct FolderList {
    let folder: FolderView
    let run: RunRowView

    var html: HTML {
        let more: HTML = folder.hasMore ? "<p class=\"note\">There are more than are listed here.</p>" : ""
        return "<ul class=\"files\">\(folder.entries.map(entry))</ul>\(more)"
    }

    private func entry(_ entry: FolderView.Entry) -> HTML {
        let path = folder.path.isEmpty ? entry.name : "\(folder.path)/\(entry.name)"
        let size: HTML = entry.size.map { "<span class=\"meta\">\(Figure.bytes($0))</span>" } ?? ""
        return """
            <li><a href="\(PagePath.artifact(path, of: run.id, in: run.experiment))">\(isolated(entry.name))\(entry.size == nil ? "/" : HTML.nothing)</a>\(size)</li>
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
            \(section("content", "Content", content))
            """)
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
        case .table(let names, let rows, let isCut): table(names, rows, isCut)
        case .picture:
            """
            <img class="picture" src="\(PagePath.picture(view.path, of: view.run.id, in: view.run.experiment))" alt="the picture \(view.path)">
            """
        case .nothing(let reason): emptyState(isolated(reason))
        }
    }

    private func cut(_ isCut: Bool) -> HTML { isCut ? "<p class=\"note\">It goes on: this is its beginning.</p>" : "" }

    private func table(_ names: [String], _ rows: [[String]], _ isCut: Bool) -> HTML {
        let head = names.map { "<th scope=\"col\">\(isolated($0))</th>" as HTML }
        let body = rows.map { row -> HTML in "<tr>\(row.map { "<td>\(isolated($0))</td>" as HTML })</tr>" }
        return """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="content-title"><table class="runs">
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body)
            </tbody></table></div>
            \(cut(isCut))
            """
    }
}
