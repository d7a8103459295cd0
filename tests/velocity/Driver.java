import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.util.Base64;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;

/**
 * Merge templates with real Velocity, lenient as it is by default.
 *
 * The argument is the folder of #parse and #include. Each line of the input is a template and then
 * name and cell of each column: words with a blank between, each a full stop and then Base64. Each line of the output is "ok" and
 * the text, or "refused" and the name of the error, the second in Base64.
 */
public class Driver {
    /** What templates know as $helper. */
    public static class Helper {
        public String urlencode(String value) throws Exception {
            return URLEncoder.encode(value, "UTF-8");
        }
    }

    public static void main(String[] arguments) throws Exception {
        VelocityEngine engine = new VelocityEngine();
        engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
        engine.setProperty("file.resource.loader.path", arguments[0]);
        engine.setProperty("input.encoding", "UTF-8");
        engine.init();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(merged(engine, line.split(" ")));
        }
    }

    private static String merged(VelocityEngine engine, String[] words) {
        VelocityContext context = new VelocityContext();
        for (int i = 1; i < words.length; i += 2) {
            String cell = decoded(words[i + 1]);
            context.put(decoded(words[i]), escaped(cell));
            context.put(decoded(words[i]) + "_raw", cell);
        }
        context.put("helper", new Helper());
        StringWriter text = new StringWriter();
        try {
            engine.evaluate(context, text, "template", decoded(words[0]));
            return "ok " + encoded(text.toString());
        } catch (Exception error) {
            return "refused " + encoded(error.getClass().getSimpleName());
        }
    }

    private static String escaped(String cell) {
        return cell.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private static String decoded(String word) {
        return new String(Base64.getDecoder().decode(word.substring(1)), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
