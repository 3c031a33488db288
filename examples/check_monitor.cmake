# The live monitor prints what a script of its own has computed, and refuses lines that are none.
execute_process(COMMAND ${PROGRAM} INPUT_FILE ${FOLDER}/answers.csv OUTPUT_VARIABLE printed
                COMMAND_ERROR_IS_FATAL ANY)
file(READ ${FOLDER}/printed.txt expected)
if(NOT printed STREQUAL expected)
  message(FATAL_ERROR "printed:\n${printed}")
endif()
foreach(line IN ITEMS "dr_a,relevance,x,4" "dr_a,charm,5,4" "dr_a,relevance,7,4" "dr_a")
  file(WRITE ${WORK}/bad_line.csv "dr_b,relevance,5,4\n${line}\n")
  execute_process(COMMAND ${PROGRAM} INPUT_FILE ${WORK}/bad_line.csv RESULT_VARIABLE status
                  OUTPUT_QUIET ERROR_VARIABLE message)
  if(NOT status EQUAL 1 OR NOT message MATCHES "^line 2: ")
    message(FATAL_ERROR "${line}: status ${status}, ${message}")
  endif()
endforeach()
