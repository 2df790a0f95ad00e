package io.github.hunyuanvideo.core.torch;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A method of a TorchScript program as its source declares it.
 *
 * @param name in the program's spelling, for example {@code single_block}
 * @param parameterTypes without {@code self}, for example {@code Dict[str, Tensor]}
 * @param returnType for example {@code Tuple[Tensor, Tensor]}
 */
record ProgramSignature(String name, List<String> parameterTypes, String returnType) {

  private static final Pattern METHOD =
      Pattern.compile("^  def (\\w+)\\(self(?:,\\s*)?([^)]*)\\) -> ([^:]+):", Pattern.MULTILINE);

  /** The methods of the class {@code Ops} in a source file, by name. */
  static Map<String, ProgramSignature> parse(String source) {
    Map<String, ProgramSignature> signatures = new LinkedHashMap<>();
    int start = source.indexOf("class Ops(Module):");
    Matcher matcher = METHOD.matcher(source);
    for (boolean found = matcher.find(Math.max(0, start)); found; found = matcher.find()) {
      String name = matcher.group(1);
      signatures.put(
          name, new ProgramSignature(name, types(matcher.group(2)), oneLine(matcher.group(3))));
    }
    return signatures;
  }

  private static List<String> types(String parameters) {
    List<String> types = new ArrayList<>();
    for (String parameter : splitOutsideBrackets(parameters)) {
      String type = parameter.substring(parameter.indexOf(':') + 1);
      int defaultValue = type.indexOf('=');
      types.add(oneLine(defaultValue < 0 ? type : type.substring(0, defaultValue)));
    }
    return List.copyOf(types);
  }

  private static List<String> splitOutsideBrackets(String parameters) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < parameters.length(); i++) {
      char c = parameters.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    if (!part.toString().isBlank()) {
      parts.add(part.toString());
    }
    return parts;
  }

  private static String oneLine(String text) {
    return String.join(" ", Splitter.onPattern("\\s+").omitEmptyStrings().split(text));
  }
}
