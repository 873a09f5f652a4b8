import tomllib
from importlib.resources import files

from django.db import migrations, models


def text_of_version(name, version):
    """The text of a shipped scheme in one version; empty where that one is not shipped."""
    file = files("gridcommons").joinpath("outlook", "colours", "data", "schemes", f"{name}.toml")
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return text if text and tomllib.loads(text).get("version") == version else ""


def keep_texts(apps, schema_editor):
    """Keep with every scheme in force the text of its version, where the program still ships that one."""
    schemes = apps.get_model("painting", "SchemeInForce").objects.using(schema_editor.connection.alias)
    for name, version in set(schemes.filter(text="").values_list("scheme", "version")):
        schemes.filter(scheme=name, version=version, text="").update(text=text_of_version(name, version))


class Migration(migrations.Migration):

    dependencies = [
        ('painting', '0001_colours'),
    ]

    operations = [
        migrations.AddField(
            model_name='schemeinforce',
            name='text',
            field=models.TextField(blank=True, default=''),
            preserve_default=False,
        ),
        migrations.RunPython(keep_texts, migrations.RunPython.noop),
    ]
