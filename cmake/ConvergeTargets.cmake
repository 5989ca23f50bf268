# One library per folder, one test binary per folder of tests.

option(CONVERGE_PROGRAM "Build server/ and cli/ (Beast and CLI11 compile slowly under sanitizers)" ON)
option(CONVERGE_TESTS "Build the tests" ON)
option(CONVERGE_BENCH "Build the benchmarks" OFF)
option(CONVERGE_FUZZ "Build the libFuzzer program (clang only)" OFF)
set(CONVERGE_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, for example address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CONVERGE_CCACHE ccache)
if(CONVERGE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CONVERGE_CCACHE})
endif()

add_library(converge_flags INTERFACE)
target_include_directories(converge_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(converge_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # A fused multiply-add would make figures depend on the processor.
  -ffp-contract=off)
# GCC 12 reports libstdc++'s own std::string and std::variant code under -O2 (GCC bugs 105651, 105593).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(converge_flags INTERFACE
    -Wno-error=restrict -Wno-error=maybe-uninitialized -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(CONVERGE_SANITIZE)
  # Tests are watched through the code they call; instrumenting Catch's macros too would triple the build. A data race has
  # two sides, so the thread sanitizer sees everything.
  set(instrumented "$<NOT:$<BOOL:$<TARGET_PROPERTY:CONVERGE_IS_TEST>>>")
  if(CONVERGE_SANITIZE MATCHES thread)
    set(instrumented 1)
    # The thread sanitizer does not know fences; Asio's own locks order everything without them.
    target_compile_definitions(converge_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
  target_compile_options(converge_flags INTERFACE
    "$<${instrumented}:-fsanitize=${CONVERGE_SANITIZE};-fno-sanitize-recover=all;-fno-omit-frame-pointer>")
  target_link_options(converge_flags INTERFACE -fsanitize=${CONVERGE_SANITIZE})
endif()

# converge_library(name SOURCES a.cc ... [DEPS public libraries] [USES private libraries])
# DEPS are what the public headers include; USES stay inside the .cc files.
function(converge_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;USES" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC converge_flags ${ARG_DEPS} PRIVATE ${ARG_USES})
endfunction()

# converge_test(name SOURCES a_test.cc ... DEPS libraries [LABELS unit] [COST seconds])
# Tests with a COST start first, the longest before the others.
function(converge_test name)
  cmake_parse_arguments(ARG "" "COST" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE converge_test_main ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES CONVERGE_IS_TEST ON)
  target_compile_definitions(${name} PRIVATE
    CONVERGE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data" CONVERGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" COST "${ARG_COST}")
endfunction()
