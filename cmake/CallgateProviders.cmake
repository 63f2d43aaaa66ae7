# SPDX-License-Identifier: Apache-2.0
# callgate_add_providers(<target> SCHEMAS <provider>.yaml... [EMIT <kind>...]): compiles schemas to
# headers that <target> includes as <callgate/schemas/<provider>.hpp> and <provider>.examples.hpp
# beside it. EMIT writes what else is made of them (openapi, typescript, ...: a wrong kind lists all)
# to the folder callgate-generated/<target>_schemas/emit of the build.
#
# Data flow: schema -> callgen -> headers (byproducts, written only when they change) and a stamp
# (written always). The stamp is what the build system compares, so a touched schema runs callgen
# once and compiles nothing again.
include_guard(GLOBAL)
cmake_policy(PUSH)
cmake_policy(VERSION 3.25)

# Sets <codegen> to the folder of callgen (beside this one, here as in an installed package, unless
# CALLGATE_CODEGEN_DIR names another) and <command> to how it is called, or stops with what to
# install.
function(_callgate_find_callgen codegen command)
  find_package(Python3 3.10 COMPONENTS Interpreter)
  if(NOT Python3_Interpreter_FOUND)
    message(FATAL_ERROR
      "callgate_add_providers needs Python 3.10 or later: apt-get install python3")
  endif()
  if(NOT CALLGATE_PYTHON_CHECKED STREQUAL Python3_EXECUTABLE)
    execute_process(
      COMMAND "${Python3_EXECUTABLE}" -s -E -B -c "import jinja2, yaml"
      RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed)
      message(FATAL_ERROR
        "callgate_add_providers needs the Python modules jinja2 and yaml, which "
        "${Python3_EXECUTABLE} does not have.\n"
        "  apt-get install python3-jinja2 python3-yaml\n"
        "or, for a Python of your own:\n"
        "  ${Python3_EXECUTABLE} -m pip install jinja2 pyyaml")
    endif()
    set(CALLGATE_PYTHON_CHECKED "${Python3_EXECUTABLE}" CACHE INTERNAL
      "The Python that has callgen's modules")
  endif()
  set(folder "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../codegen")
  if(CALLGATE_CODEGEN_DIR)
    set(folder "${CALLGATE_CODEGEN_DIR}")
  endif()
  get_filename_component(folder "${folder}" ABSOLUTE)
  if(NOT EXISTS "${folder}/__main__.py")
    message(FATAL_ERROR "callgen is not in ${folder}: set CALLGATE_CODEGEN_DIR")
  endif()
  set(${codegen} "${folder}" PARENT_SCOPE)
  set(${command} "${Python3_EXECUTABLE}" -s -E -B "${folder}" PARENT_SCOPE)
endfunction()

# Sets <result> to the stamp of one schema, and adds the command that makes it.
function(_callgate_compile_schema schema out result)
  get_filename_component(schema "${schema}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  get_filename_component(stem "${schema}" NAME_WLE)
  if(NOT EXISTS "${schema}")
    message(FATAL_ERROR "callgate_add_providers: there is no schema ${schema}")
  endif()
  set(stamp "${out}/${stem}.stamp")
  add_custom_command(
    OUTPUT "${stamp}"
    BYPRODUCTS "${out}/callgate/schemas/${stem}.hpp" "${out}/callgate/schemas/${stem}.examples.hpp"
    COMMAND ${callgen} generate --out "${out}" --depfile "${stamp}.d" --stamp "${stamp}" "${schema}"
    DEPENDS "${schema}" "${codegen}/__main__.py"
    DEPFILE "${stamp}.d"
    COMMENT "callgen ${stem}.yaml"
    VERBATIM)
  set(${result} "${stamp}" PARENT_SCOPE)
endfunction()

# Sets <result> to the stamp of what one kind makes of one schema, and adds the command that makes it.
# What the files are called is the kind's affair.
function(_callgate_emit kind schema out result)
  get_filename_component(schema "${schema}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  get_filename_component(stem "${schema}" NAME_WLE)
  set(stamp "${out}/${stem}.${kind}.stamp")
  add_custom_command(
    OUTPUT "${stamp}"
    COMMAND ${callgen} emit ${kind} --out "${out}/emit" --depfile "${stamp}.d" --stamp "${stamp}"
            "${schema}"
    DEPENDS "${schema}" "${codegen}/__main__.py"
    DEPFILE "${stamp}.d"
    COMMENT "callgen emit ${kind} ${stem}.yaml"
    VERBATIM)
  set(${result} "${stamp}" PARENT_SCOPE)
endfunction()

# Stops where one of <kinds> is none that callgen can emit.
function(_callgate_check_kinds kinds)
  list(GET callgen 0 python)
  set(ask "import sys" "sys.path.insert(0, sys.argv[1])"
    "from callgen.emit.command import EMITTERS" "print(*sorted(EMITTERS), sep=chr(59), end='')")
  list(JOIN ask "\n" ask)
  execute_process(
    COMMAND "${python}" -s -E -B -c "${ask}" "${codegen}"
    OUTPUT_VARIABLE known COMMAND_ERROR_IS_FATAL ANY)
  foreach(kind IN LISTS kinds)
    if(NOT kind IN_LIST known)
      list(JOIN known ", " shown)
      message(FATAL_ERROR "callgate_add_providers: nothing emits '${kind}': known are ${shown}")
    endif()
  endforeach()
endfunction()

function(callgate_add_providers target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SCHEMAS;EMIT")
  if(NOT TARGET ${target})
    message(FATAL_ERROR "callgate_add_providers: '${target}' is no target")
  elseif(arg_UNPARSED_ARGUMENTS OR NOT arg_SCHEMAS OR "EMIT" IN_LIST arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR
      "callgate_add_providers(<target> SCHEMAS <provider>.yaml... [EMIT <kind>...])")
  endif()
  _callgate_find_callgen(codegen callgen)
  if(arg_EMIT)
    _callgate_check_kinds("${arg_EMIT}")
  endif()

  # Each call has a custom target and a folder of its own: no two targets then write one file at the
  # same time.
  set(generator "${target}_schemas")
  set(count 1)
  while(TARGET ${generator})
    math(EXPR count "${count} + 1")
    set(generator "${target}_schemas_${count}")
  endwhile()
  set(out "${CMAKE_CURRENT_BINARY_DIR}/callgate-generated/${generator}")
  set(stamps "")
  foreach(schema IN LISTS arg_SCHEMAS)
    _callgate_compile_schema("${schema}" "${out}" compiled)
    if(compiled IN_LIST stamps)
      message(FATAL_ERROR "callgate_add_providers: two schemas named ${schema}")
    endif()
    list(APPEND stamps "${compiled}")
    foreach(kind IN LISTS arg_EMIT)
      _callgate_emit(${kind} "${schema}" "${out}" emitted)
      list(APPEND stamps "${emitted}")
    endforeach()
  endforeach()
  add_custom_target(${generator} DEPENDS ${stamps})

  # Of an INTERFACE library, which builds nothing itself, consumers inherit the dependency.
  add_dependencies(${target} ${generator})
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  elseif(type STREQUAL "EXECUTABLE" OR type STREQUAL "MODULE_LIBRARY")
    set(scope PRIVATE)
  else()
    set(scope PUBLIC)
  endif()
  target_include_directories(${target} ${scope} "$<BUILD_INTERFACE:${out}>")
endfunction()

cmake_policy(POP)
