# One line per target; the work is in Scripts. `make` alone lists them.

export DATA TARGET DIRECTORY FILTER

.PHONY: help setup demo build test soak bench check format dist clean distclean

help: ## this list
	@printf 'make TARGET            what it does (its usual time)\n'
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-14s  %s\n' "$$name" "$$text"; done

setup: ## install what is missing: Debian packages, native engines (1 min, then nothing)
	@Scripts/setup

demo: ## set up, build, run the demonstration; DATA=file.csv TARGET=column for your own table (10 min, then 10 s)
	@Scripts/demo

build: ## build the program in .build/release/martlet (10 min, then seconds)
	@Scripts/setup
	@Scripts/build

test: ## set up, build and run every test; FILTER=name for some (15 min, then 2 min)
	@Scripts/test

soak: ## kill runs, servers, backups, upgrades, approvals and collections at random moments, 100 times each; large files; fuzz every reader (takes an hour or more)
	@Scripts/soak

bench: ## measure against peers and limits: time, memory (15 min after a build)
	@Scripts/bench

check: ## formatting, imports, sizes, forbidden words, shell scripts (20 s)
	@Scripts/check

format: ## rewrite the sources as the formatter wants them (10 s)
	@Scripts/format

dist: ## pack everything that runs elsewhere into dist/martlet-VERSION-linux-ARCH.tar.gz (12 min)
	@Scripts/dist

clean: ## remove what was built; engines and packages stay (1 s)
	@rm -rf .build .build-dist dist

distclean: clean ## remove also what was set up and the demonstration's project (1 s)
	@rm -rf .setup demo
