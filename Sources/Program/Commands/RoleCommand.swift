import Access
import ArgumentParser
import HTTP
import Projects
import Support

struct RoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Show roles and give them.", subcommands: [List.self, Routes.self, Add.self, Remove.self])

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the roles with what each may do.",
            discussion: """
                Roles of a project's own stand in martlet.yaml:
                  access: {roles: {till: [prediction.create]}}
                """)

        @OptionGroup var time: AsOfOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var past: AsOfOptions? { time }

        func run(on project: Project, console: Console) throws {
            let roles = project.file.access.roles
            guard !options.json else {
                return console.json(
                    .array(
                        roles.map {
                            ["role": .string($0.name), "about": .string($0.about), "permissions": JSONValue($0.permissions.sorted().map(\.rawValue))]
                        }))
            }
            for role in roles {
                console.line("\(console.paint(role.name, .bold))  \(role.about)")
                console.line("    \(role.permissions.sorted().map(\.rawValue).joined(separator: ", "))")
            }
        }
    }

    struct Routes: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "routes", abstract: "List every address of the server with the roles that may take it.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let routes = ServedRoutes.table(of: project)
            guard !options.json else { return console.json(.array(routes.map { json($0, project) })) }
            var table = TextTable()
            for route in routes {
                let permission = route.permission.map { "\($0.rawValue)\(route.needsSession ? ", signed in" : "")" }
                table.add(route.method, route.path, permission ?? "–", roles(route, project)?.joined(separator: ", ") ?? "everybody")
            }
            table.lines().forEach { console.line($0) }
        }

        /// The roles that may take a route; nil where everybody may.
        private func roles(_ route: RuledRoute, _ project: Project) -> [String]? {
            route.permission.map { permission in project.file.access.roles.filter { $0.permissions.contains(permission) }.map(\.name) }
        }

        private func json(_ route: RuledRoute, _ project: Project) -> JSONValue {
            [
                "method": .string(route.method), "path": .string(route.path), "permission": JSONValue(route.permission?.rawValue),
                "roles": roles(route, project).map { JSONValue($0) } ?? .null, "session": .bool(route.needsSession),
            ]
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Give somebody a role.")

        @Argument(help: "The user or service.")
        var user: String
        @Argument(help: "The role.")
        var role: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let principals = try options.open().principals
            try principals.grant(role, to: PrincipalID(user))
            let held = try principals.all().first { $0.id == PrincipalID(user) }?.roles ?? [role]
            options.json
                ? Console.standard.json(["user": .string(user), "role": .string(role), "roles": JSONValue(held)])
                : Console.standard.line("\(user) is \(held.joined(separator: " and ")) now.")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "rm", abstract: "Take a role away from somebody.")

        @Argument(help: "The user or service.")
        var user: String
        @Argument(help: "The role.")
        var role: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            try options.open().principals.revoke(role, from: PrincipalID(user))
            options.json
                ? Console.standard.json(["user": .string(user), "removed": .string(role)]) : Console.standard.line("\(user) is no longer \(role).")
        }
    }
}
