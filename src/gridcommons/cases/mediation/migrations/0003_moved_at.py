from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mediation', '0002_codes_replaced'),
    ]

    operations = [
        migrations.AddField(
            model_name='mediation',
            name='moved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
