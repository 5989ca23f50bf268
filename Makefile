# Two commands to know: `make run` and `make test`. `make help` lists the rest.

JOBS ?= $(shell nproc)
PORT ?= 8080
FUZZ_SECONDS ?= 60

DEBIAN_PACKAGES := g++ cmake ninja-build ccache libboost1.81-dev catch2 librapidcheck-dev nlohmann-json3-dev \
  libyaml-cpp-dev libcli11-dev libspdlog-dev libfmt-dev libhowardhinnant-date-dev libssl-dev libxxhash-dev libsqlite3-dev \
  tzdata
BROWSER_PACKAGES := chromium sqlite3
# What the documentation's own examples need and is small; Go and Java are not.
DOCS_PACKAGES := curl libcurl4-openssl-dev python3
DOCS_LANGUAGES := golang-go openjdk-17-jdk-headless libgoogle-gson-java
TIDY_PACKAGES := clang clang-tidy clang-format

CONFIGURE = cmake --preset $(1) -DCMAKE_PREFIX_PATH=$(CURDIR)/build/packages/usr $(2) >build/$(1).configure.log \
  || { cat build/$(1).configure.log; exit 1; }
BUILD = cmake --build build/$(1) -j $(JOBS)
CTEST = ctest --test-dir build/$(1) --output-on-failure -j $(JOBS)

# A half-made file is not made.
.DELETE_ON_ERROR:

.PHONY: help run program test test-release test-sanitized sanitize tidy format bench docs crash fuzz properties calibrate faults attic agreement sdk web web-sizes peers packages clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

run: program ## install what is missing, build, run the demo shop and keep serving it on 127.0.0.1:$(PORT)
	@echo "converge: starting the demo (four simulated weeks, then it keeps serving; Ctrl-C stops it)"
	build/release/cli/converge demo --port $(PORT)

program: packages web ## build the program: build/release/cli/converge
	@echo "converge: building build/release/cli/converge"
	@mkdir -p build
	@$(call CONFIGURE,release,)
	@$(call BUILD,release) --target converge

test: test-sanitized test-release ## everything that CI runs

test-release: packages docs-packages sdk web
	@cmake/install_packages.sh $(BROWSER_PACKAGES)
	@echo "converge: building the program and all tests (release)"
	@mkdir -p build
	@$(call CONFIGURE,release,)
	@$(call BUILD,release)
	@echo "converge: running all tests"
	@$(call CTEST,release)

.PHONY: test-sanitized
test-sanitized: packages
	@echo "converge: building base, stats, engine, config and store with address and undefined sanitizers"
	@mkdir -p build
	@$(call CONFIGURE,asan-ubsan,-DCONVERGE_PROGRAM=OFF)
	@$(call BUILD,asan-ubsan)
	@echo "converge: running their tests"
	@RC_PARAMS=max_success=20 CONVERGE_PROPERTIES=few CONVERGE_FUZZ_RUNS=30 $(call CTEST,asan-ubsan) -LE calibration

sanitize: packages web ## everything under address+undefined and under thread sanitizers (slow)
	@mkdir -p build
	@$(call CONFIGURE,asan-ubsan,-DCONVERGE_PROGRAM=ON)
	$(call BUILD,asan-ubsan)
	$(call CTEST,asan-ubsan)
	@$(call CONFIGURE,tsan,)
	$(call BUILD,tsan)
	$(call CTEST,tsan)

tidy: packages web ## clang-format and clang-tidy over everything, warnings are errors (slow)
	@cmake/install_packages.sh $(TIDY_PACKAGES)
	@mkdir -p build
	git ls-files '*.h' '*.cc' | xargs clang-format --dry-run --Werror
	@$(call CONFIGURE,tidy,)
	git ls-files '*.cc' | xargs -P $(JOBS) -n 4 clang-tidy --quiet -p build/tidy

format: ## rewrite the sources with clang-format
	git ls-files '*.h' '*.cc' | xargs clang-format -i

bench: packages sdk web peers ## benchmarks, as ratios against a baseline of the same run (installs nginx-light, postgresql, wrk and npm servers as such)
	@cmake/install_packages.sh nginx-light postgresql wrk
	@mkdir -p build
	@$(call CONFIGURE,release,-DCONVERGE_BENCH=ON)
	@$(call BUILD,release) --target converge converge_bench converge_open_loop
	{ build/release/bench/converge_bench && node bench/http/http_bench.mjs build/release/cli/converge && \
	  node bench/http/latency_bench.mjs build/release/cli/converge build/release/bench/converge_open_loop && \
	  node bench/http/streams_bench.mjs build/release/cli/converge; } | tee bench/results/latest.json

docs: packages docs-packages sdk web ## follow every page of the documentation word for word (installs Go and Java)
	@cmake/install_packages.sh $(DOCS_LANGUAGES)
	@mkdir -p build
	@$(call CONFIGURE,release,)
	@$(call BUILD,release) --target converge
	$(call CTEST,release) -L docs

.PHONY: docs-packages
docs-packages:
	@cmake/install_packages.sh $(DOCS_PACKAGES) || echo "converge: pages of the documentation that need these are left out"

crash: packages web ## power cuts, full disks and kill -9, the long version
	@mkdir -p build
	@$(call CONFIGURE,release,)
	@$(call BUILD,release)
	CONVERGE_CRASH_RUNS=5000 $(call CTEST,release) -L crash

properties: packages web ## every property over a thousand cases from a new seed, which a failure prints
	@mkdir -p build
	@$(call CONFIGURE,release,)
	@$(call BUILD,release)
	CONVERGE_SEED=random RC_PARAMS=max_success=1000 $(call CTEST,release) -L property

calibrate: packages web ## error rates, power and coverage by simulation, the long version; writes docs/explanation/calibration.md
	@mkdir -p build
	@$(call CONFIGURE,release,)
	@$(call BUILD,release) --target converge_calibrate
	build/release/tests/calibration/converge_calibrate 2000 docs/explanation/calibration.md

fuzz: packages ## libFuzzer over what reads strangers' text, FUZZ_SECONDS per target (needs clang)
	@cmake/install_packages.sh $(TIDY_PACKAGES)
	@mkdir -p build
	@$(call CONFIGURE,fuzz,)
	@$(call BUILD,fuzz) --target converge_fuzz
	tests/fuzz/run.sh build/fuzz/tests/fuzz/converge_fuzz $(FUZZ_SECONDS) build/fuzz/corpus

faults: packages web ## plant each fault of tests/faults and see its test turn red
	tests/faults/run.sh
	node tests/faults/web_sdk.mjs

attic: program ## repeat the Attic & Button experiment from its event files
	examples/attic-and-button/run.sh

agreement: program sdk ## a million unit ids through GrowthBook's own client and the server, 10,000 over every protocol: all must agree
	CONVERGE_AGREEMENT_IDS=1000000 CONVERGE_PROTOCOL_IDS=10000 $(call CTEST,release) --verbose -L sdk

SDK_INSTALLED := tests/sdk/node_modules/.package-lock.json

sdk: $(SDK_INSTALLED) ## install the npm clients that tests and benchmarks meet into tests/sdk/node_modules; later runs need no network

$(SDK_INSTALLED): tests/sdk/package.json tests/sdk/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || cmake/install_packages.sh nodejs npm
	@echo "converge: installing the clients of tests/sdk/package-lock.json into tests/sdk/node_modules (npm ci)"
	cd tests/sdk && npm ci --no-audit --no-fund
	@touch $@

WEB_INSTALLED := sdk/js/node_modules/.package-lock.json
WEB_BUILT := sdk/js/dist/index.js

web: $(WEB_BUILT) ## build the web SDK, sdk/js/dist, with npm packages of its own; later runs need no network

$(WEB_INSTALLED): sdk/js/package.json sdk/js/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || cmake/install_packages.sh nodejs npm
	@echo "converge: installing what builds and tests the web SDK into sdk/js/node_modules (npm ci)"
	cd sdk/js && npm ci --no-audit --no-fund
	@touch $@

$(WEB_BUILT): $(WEB_INSTALLED) sdk/js/build.mjs sdk/js/tsconfig.json $(shell find sdk/js/src -name '*.ts')
	@echo "converge: building sdk/js/dist"
	@cd sdk/js && npm run --silent build

web-sizes: web ## the size of the web SDK beside others, as a Markdown table (installs them into bench/web_sdk_size)
	cd bench/web_sdk_size && npm ci --no-audit --no-fund --ignore-scripts && node measure.mjs

PEERS_INSTALLED := bench/peers/node_modules/.package-lock.json

peers: $(PEERS_INSTALLED) ## install the npm servers that the HTTP benchmark compares with into bench/peers/node_modules

$(PEERS_INSTALLED): bench/peers/package.json bench/peers/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || cmake/install_packages.sh nodejs npm
	@echo "converge: installing the peers of bench/peers/package-lock.json into bench/peers/node_modules (npm ci)"
	cd bench/peers && npm ci --no-audit --no-fund
	@touch $@

packages: ## install the Debian packages that are missing
	@cmake/install_packages.sh $(DEBIAN_PACKAGES)

clean: ## remove the build folder
	rm -rf build
