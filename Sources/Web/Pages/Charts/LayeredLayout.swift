/// Places the nodes of a directed graph in layers, so that edges run downwards and cross little.
///
/// The steps are those of K. Sugiyama, S. Tagawa and M. Toda (1981): leave out edges that close a cycle, give each node the layer of its
/// longest path from a root, put a dummy node where an edge passes a layer, order each layer by the barycentre of its neighbours, and
/// place nodes near their neighbours without overlap. Every step is deterministic.
struct LayeredLayout {
    /// A place in a layer: a node of the graph, or a bend of a long edge.
    struct Slot {
        var layer: Int
        /// The index of the node; nil for a bend.
        var node: Int?
        var x = 0.0
    }

    /// An edge of the graph with the slots that it runs through, from its start to its end.
    struct Route {
        var edge: Int
        var slots: [Int]
    }

    private(set) var slots: [Slot]
    private(set) var routes: [Route] = []
    /// The slots of each layer, from left to right.
    private(set) var layers: [[Int]] = []
    private let nodeWidth: Double
    private let bendWidth: Double

    /// - Parameters:
    ///   - edges: pairs of node indexes below `nodeCount`; loops and edges that close a cycle get no route.
    ///   - nodeWidth: the room that a node takes, its gap included.
    ///   - bendWidth: the room that a bend of a long edge takes.
    init(nodeCount: Int, edges: [(from: Int, to: Int)], nodeWidth: Double, bendWidth: Double) {
        self.nodeWidth = nodeWidth
        self.bendWidth = bendWidth
        let kept = LayeredLayout.acyclic(nodeCount, edges)
        let layerOf = LayeredLayout.longestPaths(nodeCount, kept.map { edges[$0] })
        slots = layerOf.enumerated().map { Slot(layer: $1, node: $0) }
        for edge in kept { routes.append(Route(edge: edge, slots: bends(edges[edge]))) }
        layers = Array(repeating: [], count: (layerOf.max() ?? -1) + 1)
        for (i, slot) in slots.enumerated() { layers[slot.layer].append(i) }
        order()
        place()
    }

    /// The indexes of the edges that remain once loops and edges back to an ancestor are left out.
    private static func acyclic(_ count: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
        var outgoing = Array(repeating: [Int](), count: count)
        for (i, edge) in edges.enumerated() { outgoing[edge.from].append(i) }
        var state = Array(repeating: 0, count: count)
        var kept: [Int] = []
        for root in 0..<count where state[root] == 0 {
            var path = [(node: root, next: 0)]
            state[root] = 1
            while let (node, next) = path.last {
                guard next < outgoing[node].count else {
                    state[node] = 2
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let edge = outgoing[node][next]
                let target = edges[edge].to
                if state[target] != 1 { kept.append(edge) }
                if state[target] == 0 {
                    state[target] = 1
                    path.append((target, 0))
                }
            }
        }
        return kept.sorted()
    }

    /// The layer of every node: the length of the longest path that leads to it.
    private static func longestPaths(_ count: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
        var layers = Array(repeating: 0, count: count)
        var waiting = Array(repeating: 0, count: count)
        var outgoing = Array(repeating: [Int](), count: count)
        for edge in edges {
            waiting[edge.to] += 1
            outgoing[edge.from].append(edge.to)
        }
        var ready = (0..<count).filter { waiting[$0] == 0 }
        while let node = ready.popLast() {
            for target in outgoing[node] {
                layers[target] = max(layers[target], layers[node] + 1)
                waiting[target] -= 1
                if waiting[target] == 0 { ready.append(target) }
            }
        }
        return layers
    }

    /// The slots of an edge, with a new one in every layer that it passes.
    private mutating func bends(_ edge: (from: Int, to: Int)) -> [Int] {
        var path = [edge.from]
        for layer in slots[edge.from].layer + 1..<max(slots[edge.to].layer, slots[edge.from].layer + 1) {
            path.append(slots.count)
            slots.append(Slot(layer: layer, node: nil))
        }
        return path + [edge.to]
    }

    /// The neighbours of every slot in the layer above and in the one below.
    private func neighbours() -> (above: [[Int]], below: [[Int]]) {
        var above = Array(repeating: [Int](), count: slots.count)
        var below = above
        for route in routes {
            for (a, b) in zip(route.slots, route.slots.dropFirst()) {
                below[a].append(b)
                above[b].append(a)
            }
        }
        return (above, below)
    }

    /// Eight sweeps, down and up, each sorting a layer by the mean position of its neighbours.
    private mutating func order() {
        let (above, below) = neighbours()
        for sweep in 0..<8 {
            let down = sweep % 2 == 0
            for layer in down ? Array(layers.indices) : layers.indices.reversed() {
                var position = Array(repeating: 0.0, count: slots.count)
                for row in layers { for (i, slot) in row.enumerated() { position[slot] = Double(i) - Double(row.count - 1) / 2 } }
                let centre = layers[layer].map { slot in
                    let near = down ? above[slot] : below[slot]
                    return near.isEmpty ? position[slot] : near.reduce(0) { $0 + position[$1] } / Double(near.count)
                }
                layers[layer] = layers[layer].indices.sorted { (centre[$0], $0) < (centre[$1], $1) }.map { layers[layer][$0] }
            }
        }
    }

    private func room(_ slot: Int) -> Double { slots[slot].node == nil ? bendWidth : nodeWidth }

    /// Starts packed and centred, then moves each layer towards the mean of its neighbours, keeping order and room.
    private mutating func place() {
        let (above, below) = neighbours()
        for layer in layers.indices { settle(layer, layers[layer].map { _ in 0 }) }
        for sweep in 0..<12 {
            let down = sweep % 2 == 0
            for layer in down ? Array(layers.indices) : layers.indices.reversed() {
                let wishes = layers[layer].map { slot in
                    let near = down ? above[slot] : below[slot]
                    return near.isEmpty ? slots[slot].x : near.reduce(0) { $0 + slots[$1].x } / Double(near.count)
                }
                settle(layer, wishes)
            }
        }
    }

    /// Gives a layer's slots the places nearest to their wishes (least squares, pool-adjacent-violators) that keep them apart.
    private mutating func settle(_ layer: Int, _ wishes: [Double]) {
        let row = layers[layer]
        var offsets = [0.0]
        for (a, b) in zip(row, row.dropFirst()) { offsets.append(offsets[offsets.count - 1] + (room(a) + room(b)) / 2) }
        var blocks: [(sum: Double, count: Int)] = []
        for (wish, offset) in zip(wishes, offsets) {
            blocks.append((wish - offset, 1))
            while blocks.count > 1 {
                let (last, before) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
                guard before.sum / Double(before.count) > last.sum / Double(last.count) else { break }
                blocks.removeLast()
                blocks[blocks.count - 1] = (before.sum + last.sum, before.count + last.count)
            }
        }
        let base = blocks.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
        for (i, slot) in row.enumerated() { slots[slot].x = base[i] + offsets[i] }
    }
}
