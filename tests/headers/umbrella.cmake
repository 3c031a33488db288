# Fails when a header of the core is missing from xqs.hpp. definition_json is compiled, so not core.
file(READ ${INCLUDE_DIR}/xqs/xqs.hpp umbrella)
file(GLOB headers RELATIVE ${INCLUDE_DIR} ${INCLUDE_DIR}/xqs/*.hpp ${INCLUDE_DIR}/xqs/model/*.hpp
     ${INCLUDE_DIR}/xqs/tally/*.hpp ${INCLUDE_DIR}/xqs/score/*.hpp
     ${INCLUDE_DIR}/xqs/analysis/*.hpp)
list(REMOVE_ITEM headers xqs/xqs.hpp xqs/model/definition_json.hpp)
foreach(header IN LISTS headers)
  if(NOT umbrella MATCHES "#include \"${header}\"")
    message(SEND_ERROR "xqs.hpp does not include ${header}")
  endif()
endforeach()
