package import Support

/// Which stages need which: a stage needs those that write what it reads.
package struct StageGraph: Sendable {
    /// In the order in which DVC runs them: each after those that it needs.
    package let stages: [Stage]
    /// For each address, the addresses that it needs.
    package let needs: [String: [String]]

    /// - Throws: `invalidInput` where two stages write the same path, or stages wait for each other.
    package init(_ stages: [Stage]) throws(MartletError) {
        let writers = try Writers(stages)
        var needs: [String: [String]] = [:]
        for stage in stages where !stage.isFrozen {
            var found: [String] = []
            for path in stage.dependencies + stage.parameters.map(\.file) {
                for writer in writers.touching(stage.path(path)) where writer != stage.address && !found.contains(writer) { found.append(writer) }
            }
            needs[stage.address] = found
        }
        self.needs = needs
        self.stages = try StageGraph.ordered(stages, needs)
    }

    /// Some stages and all that they need, directly or not.
    package func needed(by addresses: [String]) -> Set<String> {
        var found: Set<String> = []
        var left = addresses
        while let next = left.popLast() { if found.insert(next).inserted { left += needs[next] ?? [] } }
        return found
    }

    /// The addresses of stages that write a path, a folder above it or something in it.
    package func writers(of path: String) -> [String] {
        stages.filter { stage in stage.outputs.contains { StagePath.overlap(stage.path($0.path), path) } }.map(\.address)
    }

    /// Depth first, so that a stage follows those that it needs as soon as it can.
    private static func ordered(_ stages: [Stage], _ needs: [String: [String]]) throws(MartletError) -> [Stage] {
        var byAddress: [String: Stage] = [:]
        for stage in stages { byAddress[stage.address] = stage }
        var order: [Stage] = []
        var done: Set<String> = []
        for stage in stages where !done.contains(stage.address) {
            var path: [(address: String, left: ArraySlice<String>)] = [(stage.address, (needs[stage.address] ?? [])[...])]
            var open: Set<String> = [stage.address]
            while let last = path.last {
                guard let next = last.left.first else {
                    path.removeLast()
                    open.remove(last.address)
                    if done.insert(last.address).inserted, let stage = byAddress[last.address] { order.append(stage) }
                    continue
                }
                path[path.count - 1].left = last.left.dropFirst()
                if done.contains(next) { continue }
                guard open.insert(next).inserted else {
                    let names = path.map(\.address).drop { $0 != next }.joined(separator: ", ")
                    throw MartletError(
                        .invalidInput, "These stages wait for each other: \(names). Remove one dependency.", place: byAddress[next]?.place)
                }
                path.append((next, (needs[next] ?? [])[...]))
            }
        }
        return order
    }

    /// Outputs by path, with what lies above them.
    private struct Writers {
        private var exact: [String: String] = [:]
        /// For each folder, who writes something below it.
        private var below: [String: [String]] = [:]

        init(_ stages: [Stage]) throws(MartletError) {
            for stage in stages {
                for output in stage.outputs {
                    let path = stage.path(output.path)
                    if let other = exact[path] {
                        throw MartletError(
                            .invalidInput, "Both “\(other)” and “\(stage.address)” write \(path). Only one stage can.", place: stage.place)
                    }
                    exact[path] = stage.address
                    for folder in Writers.above(path) { below[folder, default: []].append(stage.address) }
                }
            }
            for path in exact.keys.sorted(by: stageOrder) {
                for folder in Writers.above(path) {
                    guard let other = exact[folder], let one = exact[path] else { continue }
                    throw MartletError(
                        .invalidInput, "“\(one)” writes \(path), which lies in \(folder), an output of “\(other)”. Outputs cannot lie in each other.",
                        place: stages.first { $0.address == one }?.place)
                }
            }
        }

        func touching(_ path: String) -> [String] {
            if let writer = exact[path] { return [writer] }
            let above = Writers.above(path).compactMap { exact[$0] }
            return above.isEmpty ? below[path] ?? [] : above
        }

        /// The folders that a path lies in, without the outermost.
        private static func above(_ path: String) -> [String] {
            var folders: [String] = []
            var rest = path[...]
            while let slash = rest.lastIndex(of: "/") {
                rest = rest[..<slash]
                if !rest.isEmpty { folders.append(String(rest)) }
            }
            return folders
        }
    }
}
