# What every script here starts with: where things are, how to speak, and how a thing is built. Sourced, not run.
# shellcheck shell=bash disable=SC2034

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The one configuration (docs/decisions/0003): the same flags everywhere, so that nothing is compiled twice.
build_flags=(-c release)
build_directory=.build/release
setup_directory=.setup
log_directory=$setup_directory/log
mkdir -p "$log_directory" "$setup_directory/stamps"

source Scripts/background.sh

say() { printf '%s\n' "$*"; }

# Ends with one sentence that says what happened and what to do.
fail() {
    printf 'martlet: %s\n' "$*" >&2
    exit 1
}

# A stamp says that a stage was completed with exactly these files: `stamped NAME FILE...`, `stamp NAME FILE...`.
stamped() { [[ -r $setup_directory/stamps/$1 && $(cat "${@:2}" 2>/dev/null) == "$(<"$setup_directory/stamps/$1")" ]]; }
stamp() { cat "${@:2}" >"$setup_directory/stamps/$1.new" && mv "$setup_directory/stamps/$1.new" "$setup_directory/stamps/$1"; }
