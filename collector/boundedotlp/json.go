package boundedotlp

// jsonProblem is protobufProblem for a request in JSON. What is no JSON is left to the decoder, which sees it before it is too deep.
func jsonProblem(body []byte) string {
	depth, messages, inText := 0, 0, false
	for position := 0; position < len(body); position++ {
		switch character := body[position]; {
		case inText && character == '\\':
			position++
		case character == '"':
			inText = !inText
		case inText:
		case character == '{' || character == '[':
			depth++
			messages++
			if problem := tooMuch(depth, messages); problem != "" {
				return problem
			}
		case character == '}' || character == ']':
			depth--
		}
	}
	return ""
}
