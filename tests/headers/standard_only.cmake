# Lists what xqs.hpp includes, and fails at any library but the standard one.
execute_process(COMMAND ${CXX} -std=c++20 -M -x c++ -I${INCLUDE_DIR} ${INCLUDE_DIR}/xqs/xqs.hpp
                OUTPUT_VARIABLE files COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "/(boost|nlohmann|fmt|CLI|zlib|csv)[^ ]*" foreign "${files}")
if(foreign)
  message(FATAL_ERROR "the core includes ${foreign}")
endif()
if(NOT files MATCHES "xqs/score/score.hpp")
  message(FATAL_ERROR "not the list of includes: ${files}")
endif()
