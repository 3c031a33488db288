# The README's example is the program in this folder, and prints what the README says.
file(READ ${README} readme)
file(READ ${SOURCE} source)
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY
                OUTPUT_STRIP_TRAILING_WHITESPACE)
foreach(part IN ITEMS "${source}" "prints `${printed}`")
  string(FIND "${readme}" "${part}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "not in the README:\n${part}")
  endif()
endforeach()
