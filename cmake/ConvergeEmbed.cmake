# Files that travel inside the program.

# converge_embed(out.cc SYMBOL name FILES path=file ...)
# Writes out.cc, which defines `const std::span<const EmbeddedFile> name` of server/web/embedded_file.h: what is served at each
# path. Changed files configure anew.
function(converge_embed out)
  cmake_parse_arguments(ARG "" "SYMBOL" "FILES" ${ARGN})
  set(rows "")
  foreach(served IN LISTS ARG_FILES)
    string(REGEX MATCH "^([^=]+)=(.+)$" matched "${served}")
    set(path "${CMAKE_MATCH_1}")
    set(file "${CMAKE_MATCH_2}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" literal "${bytes}")
    string(LENGTH "${bytes}" digits)
    math(EXPR size "${digits} / 2")
    if(size GREATER 65535)  # the longest literal that compilers promise to take
      message(FATAL_ERROR "${file} has ${size} bytes; at most 65535 are embedded")
    endif()
    string(APPEND rows "    {\"${path}\", {\"${literal}\", ${size}}},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${out} CONTENT [[#include "server/web/embedded_file.h"

namespace converge {
namespace {

constexpr EmbeddedFile kFiles[] = {
@rows@};

}  // namespace

extern const std::span<const EmbeddedFile> @ARG_SYMBOL@;
const std::span<const EmbeddedFile> @ARG_SYMBOL@ = kFiles;

}  // namespace converge
]] @ONLY)
endfunction()
